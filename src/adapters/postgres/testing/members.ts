import type { Member, NewMember } from '../../../core/member.ts'
import type { Store } from '../../../core/store.ts'

/** Ada, Grace and Linus as they stand in Parley. */
export const adaMember: NewMember = {
  id: 'm-ada',
  username: 'ada',
  nickname: 'Ada',
  email: 'ada@example.com',
}
export const graceMember: NewMember = {
  id: 'm-grace',
  username: 'Grace',
  nickname: 'Grace',
  email: 'grace@example.com',
}

export function join(store: Store, ...members: readonly NewMember[]): Promise<readonly Member[]> {
  return Promise.all(members.map(member => store.members.add(member)))
}
