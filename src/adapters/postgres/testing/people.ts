import type { Member } from '../../../core/member.ts'
import type { Store } from '../../../core/store.ts'
import type { Viewer } from '../../../core/member.ts'
import { newId } from '../ids.ts'

/** Makes a Member of the cast, with a confirmed address. */
export function addMember(store: Store, username: string): Promise<Member> {
  return store.members.add({
    id: newId(),
    username,
    nickname: username.charAt(0).toUpperCase() + username.slice(1),
    email: `${username}@acme.example`,
    emailConfirmed: true,
  })
}

/** The Member with all their accounts. */
export function viewerOf(store: Store, { id }: Pick<Member, 'id'>): Promise<Viewer> {
  return store.members.viewer(id)
}
