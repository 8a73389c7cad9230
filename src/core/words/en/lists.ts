/** Parts that lists and tables share. */
export const lists = {
  pages: 'Pages of this list',
  first: 'To the beginning',
  next: 'Show more',
  end: 'That is all of it.',
}
