/** What was wrong with one field of a form. Pages say it in words: `words.problems.field`. */
export interface FieldProblem {
  readonly field: string
  readonly code: FieldCode
}

export type FieldCode =
  | 'required'
  | 'too_short'
  | 'too_long'
  | 'malformed'
  | 'out_of_range'
  | 'not_offered'
  | 'taken'
  /** A password that anybody would try first. */
  | 'too_common'
  /** A password that is the person's own name or address. */
  | 'too_similar'
  /** The second time it was typed differently. */
  | 'different'
  /** The present password is another one. */
  | 'wrong'
  /** A name in double braces that stands for nothing. */
  | 'unknown_variable'
  | 'too_many'
  /** What every prompt carries leaves no room for a question. */
  | 'no_room'
  /** Without them nobody would own Parley. */
  | 'last_owner'
  /** Typed to be sure, and it is another's. */
  | 'other_name'
  /** Nobody does this to themselves. */
  | 'yourself'
