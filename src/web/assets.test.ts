import { readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { assetRoutes, webAssets } from './assets.ts'

const assets = webAssets()
const app = assetRoutes(assets)

describe('what pages load', () => {
  it('is kept by browsers for ever, since its address changes with it', async () => {
    const response = await app.request(assets.address('look.css'))
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8')
  })

  it('comes packed as the browser can read it, and is the same text', async () => {
    const address = assets.address('look.css')
    const get = (encoding: string) => app.request(address, { headers: { 'Accept-Encoding': encoding } })
    const plain = await (await app.request(address)).text()
    const br = await get('gzip, deflate, br')
    expect(br.headers.get('content-encoding')).toBe('br')
    expect(brotliDecompressSync(await br.arrayBuffer()).toString()).toBe(plain)
    const gzip = await get('gzip, br;q=0')
    expect(gzip.headers.get('content-encoding')).toBe('gzip')
    expect(gunzipSync(await gzip.arrayBuffer()).toString()).toBe(plain)
  })

  it('of an older version is still found, but not kept', async () => {
    const response = await app.request('/assets/older/frame.js')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-cache')
  })

  it.each([
    '/assets/x/../app.ts',
    '/assets/x/app.ts',
    '/assets/x/..%2fapp.ts',
    '/assets/x/tokens.css',
    '/assets/x/',
  ])('is nothing else: %s', async path => {
    expect((await app.request(path)).status).toBe(404)
  })

  it('names every module that is imported by another, so that no page waits for a chain of them', () => {
    const modules = readdirSync(join(import.meta.dirname, 'client'), { recursive: true, encoding: 'utf8' })
    for (const name of modules.filter(path => path.endsWith('.js'))) {
      const imported = [...(assets.find(name)?.body ?? '').matchAll(/from '(\.[^']+)'/g)].map(([, path]) =>
        posix.join(posix.dirname(name), path ?? ''),
      )
      const told = assets.imports([name])
      for (const file of imported) expect(told).toContain(assets.address(file))
    }
  })

  it('has no style or script of others', () => {
    expect(assets.find('look.css')?.body).not.toMatch(/https?:|@import|url\(/)
  })
})
