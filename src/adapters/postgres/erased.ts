import { z } from 'zod'

/** Whom a job erases: their accounts by our ids, which stay, and by the platforms', which are taken from the rows first. */
export interface Erased {
  readonly memberId: string
  readonly email?: string
  readonly identityIds: readonly string[]
  readonly people: readonly { readonly platform: string; readonly realm: string; readonly userId: string }[]
}

const erasedShape = z.object({
  memberId: z.string(),
  email: z.string().optional(),
  identityIds: z.array(z.string()),
  people: z.array(z.object({ platform: z.string(), realm: z.string(), userId: z.string() })),
})

export function parseErased(payload: unknown): Erased {
  const { email, ...rest } = erasedShape.parse(JSON.parse(String(payload)))
  return { ...rest, ...(email === undefined ? {} : { email }) }
}
