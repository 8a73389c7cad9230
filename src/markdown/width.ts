const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const wide =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|\ufe0f|^\p{RI}{2}/u

/** Columns a text takes in a monospaced font: Chinese, Japanese, Korean and emoji take two, marks none. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of segmenter.segment(text)) {
    if (wide.test(segment)) width += 2
    else if (!/^[\p{M}\p{Cf}\p{Cc}]+$/u.test(segment)) width += 1
  }
  return width
}
