import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'dotenv'
import { ConfigError } from './config.ts'

/**
 * The process's environment over what `.env` in `dir` says. A line of `.env` that is neither a comment nor
 * NAME=value throws ConfigError with its number: a typing error there must not silently change what Parley is.
 */
export function readEnvironment(dir: string): Readonly<Record<string, string | undefined>> {
  const path = join(dir, '.env')
  if (!existsSync(path)) return process.env
  const text = readFileSync(path, 'utf8')
  const problems = text
    .split(/\r?\n/)
    .flatMap((line, index) =>
      /^\s*(#.*)?$|^\s*(export\s+)?[A-Za-z_]\w*\s*=/.test(line)
        ? []
        : [`.env line ${index + 1} is not NAME=value.`],
    )
  if (problems.length > 0) throw new ConfigError(problems)
  return { ...parse(text), ...process.env }
}
