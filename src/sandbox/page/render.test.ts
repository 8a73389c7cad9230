import { describe, expect, it } from 'vitest'
import { typedForm } from './names.ts'
import { messageHtml } from './render.ts'

const dialects = ['markdown', 'mrkdwn', 'discord'] as const

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[click](javascript:alert(1))',
  '[click](JaVaScRiPt&#58;alert(1))',
  '[click](data:text/html,<script>alert(1)</script>)',
  '![picture](https://evil.example/pixel.png)',
  '![x](javascript:alert(1))',
  '[x](https://a.example "onmouseover=alert(1)")',
  '[x](https://a.example/"onmouseover="alert(1))',
  '<javascript:alert(1)|click>',
  '<https://a.example/"><script>alert(1)</script>|click>',
  '<https://a.example|<img src=x onerror=alert(1)>>',
  '<@U0ADA"onclick="alert(1)>',
  '<@U0NOBODY|<b>x</b>>',
  '<!here|<img src=x onerror=alert(1)>>',
  '`<img src=x onerror=alert(1)>`',
  '```"><img src=x onerror=alert(1)>\n</code></pre><script>alert(1)</script>\n```',
  '```js"onclick=alert(1)\nx\n```',
  '| a |\n| - |\n| <iframe src=//evil.example> |',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '> <svg onload=alert(1)>',
  '-# <svg onload=alert(1)>',
  '<style>*{display:none}</style>',
  'https://a.example/<script>alert(1)</script>',
]

/** Every element that the renderers may make, with the attributes that it may have. */
const harmless =
  /^<(?:\/?(?:p|em|strong|u|s|code|blockquote|ul|ol|li|h[1-6]|hr|br|table|thead|tbody|tr|th|td|div|span|pre|button|a)|p class="small-print"|ol start="\d+"|t[hd] class="(?:right|center)"|div class="(?:code|code-bar|table)"(?: tabindex="0")?|span class="mention" data-id="[^"<>]*"|pre tabindex="0"|button type="button" class="copy"|a href="(?:https?:\/\/|mailto:)[^"<>]*" target="_blank" rel="noopener noreferrer nofollow")>$/

const tagsOf = (html: string) => html.match(/<[^>]*>/g) ?? []

describe.each(dialects)('a hostile text in %s', dialect => {
  it.each(hostile)('%s stays text', text => {
    const html = messageHtml({ text, dialect })
    expect(tagsOf(html).filter(tag => !harmless.test(tag))).toEqual([])
  })

  it('a very deep one is drawn within a moment', () => {
    const started = performance.now()
    for (const piece of ['> ', '- ', '*', '_', '[', '<', '`', '||', '**a ', '<@'])
      messageHtml({ text: piece.repeat(8_000), dialect })
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

const slack = (text: string) => messageHtml({ text, dialect: 'mrkdwn' })
const discord = (text: string) => messageHtml({ text, dialect: 'discord' })

describe('what people meant', () => {
  it('ids are shown as names', () => {
    expect(slack('<@U0PARLEY> ask <@U0ADA> in <#C0ENG|eng>')).toBe(
      '<p><span class="mention" data-id="U0PARLEY">@Parley</span> ask <span class="mention" data-id="U0ADA">@Ada</span> in <span class="mention" data-id="C0ENG">#eng</span></p>',
    )
    expect(discord('<@300000000000000001> hello')).toContain('>@Parley</span> hello')
    expect(messageHtml({ text: '**<@U0GRACE>**', dialect: 'markdown' })).toContain('>@Grace</span>')
  })

  it('Slack’s marks', () => {
    expect(slack('*bold _both_* ~gone~ `a*b*` 2*3*4 &lt;b&gt;')).toBe(
      '<p><strong>bold <em>both</em></strong> <s>gone</s> <code>a*b*</code> 2*3*4 &lt;b&gt;</p>',
    )
    expect(slack('&gt; said\nand')).toBe('<blockquote><p>said</p></blockquote><p>and</p>')
    expect(slack('<https://example.com/?a=1&amp;b=2|here>')).toContain(
      'href="https://example.com/?a=1&amp;b=2"',
    )
  })

  it('Discord’s marks', () => {
    expect(discord('__under__ **bold**\n-# small')).toBe(
      '<p><u>under</u> <strong>bold</strong></p>\n<p class="small-print">small</p>\n',
    )
  })

  it('a picture from elsewhere is only a link', () => {
    const html = messageHtml({ text: '![a cat](https://example.com/cat.png)', dialect: 'markdown' })
    expect(html).toContain('>a cat</a>')
    expect(html).not.toContain('<img')
  })

  it('columns of a table are aligned without a style', () => {
    const html = messageHtml({ text: '| a | b |\n| - | -: |\n| 1 | 2 |', dialect: 'markdown' })
    expect(html).toContain('<td class="right">2</td>')
    expect(html).not.toContain('style=')
  })
})

describe('a text as it was typed', () => {
  it('comes back from Slack’s form and from Discord’s', () => {
    expect(typedForm('<@U0PARLEY> is 1 &lt; 2 in <#C0ENG|eng>? <https://example.com>', 'slack')).toBe(
      '@Parley is 1 < 2 in #eng? https://example.com',
    )
    expect(typedForm('<@300000000000000001> &lt;', 'discord')).toBe('@Parley &lt;')
  })
})
