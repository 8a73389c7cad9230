/** A pattern that finds this text anywhere: what stands for anything in a pattern stands for itself. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
}
