/** A record of CSV (RFC 4180) with its line's end. What a spreadsheet would take for a formula is kept a text. */
export function csvLine(fields: readonly (string | number)[]): string {
  return `${fields.map(field => toField(String(field))).join(',')}\r\n`
}

function toField(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
