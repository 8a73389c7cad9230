import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { apiKeyScopes } from './core/api-key.ts'
import type { Console } from './core/console.ts'
import { ParleyError } from './core/errors.ts'

/** What was typed behind `npm run admin --`, and a password that was asked for beside it. */
export interface AdminRequest {
  readonly args: readonly string[]
  readonly password?: string
}

export const adminHelp = `npm run admin -- COMMAND

  create-admin EMAIL             makes an owner, whose address counts as confirmed; prints the password it made
                                 up, or the id when you typed one (--password-stdin reads it)
  grant-admin MEMBER             makes a member an admin, or an owner while there is none;
                                 --role owner|admin|auditor
  list-admins                    role, address and id of everybody with a role
  create-api-key MEMBER          prints a new key, which nothing shows again; --name NAME,
                                 --scope chat|read|write|admin (again for more)
  set-password MEMBER            ends every session; prints the password it made up (or --password-stdin)
  erase MEMBER                   begins to erase a person and all they said; prints the receipt's id
  setup-link                     prints a new link that makes whoever opens it the first owner
  rotate-keys                    seals every provider's key with the first SECRET_KEY; then the old ones can go

MEMBER is an e-mail address, a username or an id. Beside a running Parley it works through it. Results are
printed alone; npm run --silent admin -- … leaves npm's own lines out.`

/** Those that take a password, for whoever asks for it. */
export const takesPassword: ReadonlySet<string> = new Set(['create-admin', 'set-password'])

const options = {
  role: { type: 'string' },
  name: { type: 'string' },
  scope: { type: 'string', multiple: true },
  'password-stdin': { type: 'boolean' },
} as const

type Values = ReturnType<typeof parse>['values']

interface Typed {
  readonly who: string
  readonly values: Values
  readonly password: string | undefined
}

const commands: Readonly<Record<string, (over: Console, typed: Typed) => Promise<readonly string[]>>> = {
  async 'create-admin'(over, { who, password }) {
    const made = password ?? makePassword()
    const { id } = await over.createAdmin(who, made)
    return [password === undefined ? made : id]
  },
  async 'grant-admin'(over, { who, values }) {
    const role = roleShape.parse(values.role ?? ((await over.hasOwner()) ? 'admin' : 'owner'))
    await over.grant(who, role)
    return [role]
  },
  async 'list-admins'(over) {
    return (await over.staff()).map(({ role, email, username, id }) => `${role}\t${email ?? username}\t${id}`)
  },
  async 'create-api-key'(over, { who, values }) {
    const scopes = values.scope && z.array(z.enum(apiKeyScopes)).parse(values.scope)
    return [await over.createApiKey(who, values.name ?? 'Made at the terminal', scopes)]
  },
  async 'set-password'(over, { who, password }) {
    const made = password ?? makePassword()
    await over.setPassword(who, made)
    return password === undefined ? [made] : []
  },
  async erase(over, { who }) {
    return [await over.erase(who)]
  },
  async 'setup-link'(over) {
    return [await over.setupLink()]
  },
  async 'rotate-keys'(over) {
    const { sealed, lost } = await over.sealAnew()
    if (lost > 0)
      throw new ParleyError(
        'invalid',
        `${sealed} keys were sealed anew; ${lost} were sealed with a SECRET_KEY that is gone and have to be entered again.`,
      )
    return [`${sealed} keys were sealed anew.`]
  },
}

const withoutMember: ReadonlySet<string> = new Set(['list-admins', 'setup-link', 'rotate-keys'])

const roleShape = z.enum(['owner', 'admin', 'auditor'])

/** Throws `invalid` for what is no command, before anything is opened. */
export function checkAdminRequest({ args }: AdminRequest): string {
  const { positionals } = parse(args)
  const [command = '', who, ...rest] = positionals
  if (!Object.hasOwn(commands, command))
    throw new ParleyError('invalid', `There is no command ${command}. npm run admin alone lists them.`)
  const wanted = withoutMember.has(command) ? 0 : 1
  if ((who === undefined ? 0 : 1 + rest.length) !== wanted)
    throw new ParleyError('invalid', `${command} takes ${wanted === 0 ? 'nothing' : 'one member'} behind it.`)
  return command
}

/** The lines to print. Throws a ParleyError that is safe to show. */
export async function runAdminCommand(over: Console, request: AdminRequest): Promise<readonly string[]> {
  const run = commands[checkAdminRequest(request)]
  const { positionals, values } = parse(request.args)
  if (!run) return []
  try {
    return await run(over, { who: positionals[1] ?? '', values, password: request.password })
  } catch (thrown) {
    if (!(thrown instanceof z.ZodError)) throw thrown
    throw new ParleyError('invalid', 'A role is owner, admin or auditor; a scope chat, read, write or admin.')
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (cause) {
    throw new ParleyError('invalid', cause instanceof Error ? cause.message : 'This cannot be read.')
  }
}

/** 108 random bits, easy to copy. */
function makePassword(): string {
  return randomBytes(16).toString('base64url').slice(0, 18)
}
