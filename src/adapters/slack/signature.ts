// From its own file: the package's index would load a web server and its own app, 130 ms and 10 MB, for one function.
// Bolt's App is not used at all: it acknowledges an event before any listener runs and then keeps it in memory only,
// so a crash would lose what Slack was told is taken. Parley stores first, and needs no more of it than this check.
import { isValidSlackRequest } from '@slack/bolt/dist/receivers/verify-request.js'
import { signatureWindowS } from './limits.ts'

/** Whether Slack signed exactly this body, at most 300 s before or after now. */
export function isSigned(
  request: { readonly headers: Headers; readonly body: string },
  signingSecret: string,
  nowMs: number,
): boolean {
  const signature = request.headers.get('x-slack-signature')
  const timestamp = request.headers.get('x-slack-request-timestamp')
  if (signature === null || timestamp === null || !/^[1-9]\d{0,11}$/.test(timestamp)) return false
  const seconds = Number(timestamp)
  // Bolt's check looks at the past only.
  if (Math.abs(Math.floor(nowMs / 1000) - seconds) > signatureWindowS) return false
  return isValidSlackRequest({
    signingSecret,
    body: request.body,
    headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': seconds },
    nowMilliseconds: nowMs,
  })
}
