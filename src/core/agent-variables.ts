/** What instructions may stand in for; written as `{{person}}`. */
export const agentVariables = ['workspace', 'channel', 'person', 'date'] as const
export type AgentVariable = (typeof agentVariables)[number]

const pattern = /\{\{\s*([^{}]*?)\s*\}\}/gu

/** Those that a text uses. */
export function variablesIn(text: string): ReadonlySet<AgentVariable> {
  return new Set([...text.matchAll(pattern)].flatMap(([, name]) => asVariable(name) ?? []))
}

/** Names in double braces that mean nothing, each once. */
export function unknownVariables(text: string): readonly string[] {
  const names = [...text.matchAll(pattern)].map(([, name = '']) => name)
  return [...new Set(names.filter(name => asVariable(name) === undefined))]
}

/** The text with its variables filled in; what is unknown stays as it was written. */
export function fillIn(text: string, values: Readonly<Record<AgentVariable, string>>): string {
  return text.replace(pattern, (written, name: string) => {
    const variable = asVariable(name)
    return variable === undefined ? written : values[variable]
  })
}

function asVariable(name: string | undefined): AgentVariable | undefined {
  return agentVariables.find(variable => variable === name?.toLowerCase())
}
