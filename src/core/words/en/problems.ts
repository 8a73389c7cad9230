export const problems = {
  notFound: 'There is nothing at this address.',
  internal: 'Something went wrong inside Parley.',
}
