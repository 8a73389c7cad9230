import { html } from 'hono/html'
import type { Member } from '../../core/member.ts'
import { maxPasswordLength, minPasswordLength } from '../../core/password.ts'
import type { Words } from '../../core/words.ts'
import { avatar } from './avatar.ts'
import { field, nothingTyped, type Typed } from './field.ts'
import type { Html } from './html.ts'

type Sent = { readonly form: string; readonly typed: Typed } | undefined

/** The profile of a Member, for themselves. `sent` is the one form that was refused, with what was typed. */
export function profileView(words: Words, member: Member, more: readonly Html[], sent: Sent) {
  const typedIn = (form: string): Typed | undefined => (sent?.form === form ? sent.typed : undefined)
  return html`<h1>${words.profile.title}</h1>
<p class="lead">${words.profile.about}</p>
${namesCard(words, member, typedIn('names'))}
${pictureCard(words, member, typedIn('avatar') ?? nothingTyped)}
${more}
${emailCard(words, member, typedIn('email') ?? nothingTyped)}
${passwordCard(words, member, typedIn('password') ?? nothingTyped)}
${deleteCard(words, member, typedIn('delete') ?? nothingTyped)}`
}

function namesCard(words: Words, member: Member, typed: Typed | undefined) {
  const { profile, accounts } = words
  const { optional } = accounts
  const { nickname, username, firstName, lastName, bornYear, job } = member
  const shown: Typed = typed ?? {
    values: { nickname, username, firstName, lastName, bornYear: bornYear?.toString(), job },
    problems: [],
  }
  return html`<section class="card" aria-labelledby="names"><h2 id="names">${profile.names}</h2>
<form class="form" method="post" action="/profile" data-hints>
<div class="pair">${field(words, shown, { name: 'nickname', label: profile.nickname, hint: profile.nicknameHint, autocomplete: 'nickname', required: true })}
${field(words, shown, { name: 'username', label: profile.username, autocomplete: 'username', required: true, max: 25 })}</div>
<div class="pair">${field(words, shown, { name: 'firstName', label: profile.firstName, optional, autocomplete: 'given-name', max: 32 })}
${field(words, shown, { name: 'lastName', label: profile.lastName, optional, autocomplete: 'family-name', max: 32 })}</div>
<div class="pair">${field(words, shown, { name: 'bornYear', label: profile.bornYear, optional, inputmode: 'numeric', autocomplete: 'bday-year' })}
${field(words, shown, { name: 'job', label: profile.job, optional, autocomplete: 'organization-title' })}</div>
<div class="form-actions"><button class="btn primary">${profile.save}</button></div>
</form></section>`
}

function pictureCard(words: Words, { id, nickname, avatarTag }: Member, typed: Typed) {
  const { profile } = words
  return html`<section class="card" aria-labelledby="picture"><h2 id="picture">${profile.picture}</h2>
<p class="about">${profile.pictureAbout}</p>
<div class="picture-row">${avatar({ id, name: nickname, avatarTag }, 'large')}
<form class="form" method="post" action="/profile/avatar" enctype="multipart/form-data" data-hints>
${field(words, typed, { name: 'avatar', label: profile.pictureFile, hint: profile.pictureHint, type: 'file', accept: 'image/jpeg,image/png,image/webp,image/gif', required: true })}
<div class="form-actions"><button class="btn">${profile.pictureSave}</button>${avatarTag === undefined ? '' : html`<button class="btn quiet danger" form="picture-remove">${profile.pictureRemove}</button>`}</div>
</form></div>
${avatarTag === undefined ? '' : html`<form id="picture-remove" method="post" action="/profile/avatar/remove"></form>`}
</section>`
}

function emailCard(words: Words, { email, emailConfirmed, hasPassword }: Member, typed: Typed) {
  const { profile } = words
  const state = emailConfirmed
    ? html`<span class="chip good">${profile.emailConfirmed}</span>`
    : html`<span class="chip warn">${profile.emailUnconfirmed}</span>`
  return html`<section class="card" aria-labelledby="address"><h2 id="address">${profile.emailTitle}</h2>
<p class="about">${email === undefined ? profile.emailNone : html`${profile.emailNow(email)} ${state}`}</p>
<form class="form" method="post" action="/profile/email" data-hints>
<div class="pair">${field(words, typed, { name: 'email', label: profile.emailNew, type: 'email', autocomplete: 'email', required: true })}
${presentPassword(words, typed, hasPassword, 'email-')}</div>
<div class="form-actions"><button class="btn">${profile.emailChange}</button></div>
</form></section>`
}

function passwordCard(words: Words, { hasPassword, email }: Member, typed: Typed) {
  const { profile, accounts } = words
  const lengths = { minlength: minPasswordLength, max: maxPasswordLength }
  return html`<section class="card" aria-labelledby="password-title"><h2 id="password-title">${profile.passwordTitle}</h2>
<p class="about">${hasPassword ? profile.passwordAbout : profile.passwordNone}</p>
<form class="form" method="post" action="/profile/password" data-hints>
<input type="text" name="username" value="${email ?? ''}" autocomplete="username" hidden readonly>
${presentPassword(words, typed, hasPassword, 'password-')}
<div class="pair">${field(words, typed, { name: 'password', label: accounts.newPassword, hint: accounts.passwordHint(minPasswordLength), type: 'password', autocomplete: 'new-password', required: true, ...lengths })}
${field(words, typed, { name: 'passwordAgain', label: accounts.newPasswordAgain, type: 'password', autocomplete: 'new-password', required: true, same: 'password' })}</div>
<div class="form-actions"><button class="btn">${hasPassword ? profile.passwordChange : profile.passwordSet}</button></div>
</form></section>`
}

function deleteCard(words: Words, { hasPassword }: Member, typed: Typed) {
  const { profile } = words
  const unsure = typed.problems.find(problem => problem.field === 'sure')
  return html`<section class="card" aria-labelledby="delete"><h2 id="delete">${profile.deleteTitle}</h2>
<p class="about">${profile.deleteAbout} <a href="/forget">${words.sharing.forgetCard}</a></p>
<form class="form" method="post" action="/profile/delete" data-hints>
${presentPassword(words, typed, hasPassword, 'delete-')}
<div class="field"><label class="check"><input type="checkbox" id="sure" name="sure" value="yes" required aria-describedby="sure-error" data-required="${words.problems.field({ field: 'sure', code: 'required' })}"${unsure ? html` aria-invalid="true" autofocus` : ''}>${profile.deleteSure}</label>
<p class="error" id="sure-error">${unsure ? words.problems.field(unsure) : ''}</p></div>
<div class="form-actions"><button class="btn danger">${profile.delete}</button></div>
</form></section>`
}

/** The present password, from who has one: what an open page left behind must not be enough. */
export function presentPassword(words: Words, typed: Typed, hasPassword: boolean, idPrefix = '') {
  if (!hasPassword) return ''
  const shown = {
    name: 'currentPassword',
    label: words.accounts.currentPassword,
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  } as const
  return field(words, typed, shown, idPrefix)
}
