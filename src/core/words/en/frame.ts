export const frame = {
  skipToContent: 'Skip to content',
}
