import { expect, it } from 'vitest'
import { csvLine } from './csv.ts'

it('a line of CSV is no way to run anything in a spreadsheet', () => {
  expect(csvLine(['=1+1', '+1', '-1', '@x', 'a"b', 'a,b', 'plain', 7])).toBe(
    `'=1+1,'+1,'-1,'@x,"a""b","a,b",plain,7\r\n`,
  )
})
