import { people as cast } from '../cast.ts'

/** Somebody who can sign in at a stand-in, with what each service knows of them. */
export interface IdentityPerson {
  readonly name: string
  readonly email?: string
  readonly emailVerified: boolean
  readonly slackId: string
  readonly discordId: string
  /** GitHub's and Kakao's ids are numbers. */
  readonly number: number
}

/** Ada, Grace and Linus, each with a verified address. */
export const identityPeople: readonly IdentityPerson[] = cast
  .filter(({ bot }) => !bot)
  .map(({ name, slackId, discordId }, index) => ({
    name,
    email: `${name.toLowerCase()}@acme.example`,
    emailVerified: true,
    slackId,
    discordId,
    number: 1001 + index,
  }))
