import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { maxAvatarBytes } from '../../core/account.ts'
import { createAvatarMaker } from './avatar-maker.ts'

const maker = createAvatarMaker()
const wide = { create: { width: 600, height: 300, channels: 3, background: '#5b5bd6' } } as const

describe('an avatar', () => {
  it.each(['jpeg', 'png', 'webp', 'gif'] as const)('is a small square WebP, made of %s', async format => {
    const made = await maker.make(await sharp(wide).toFormat(format).toBuffer())
    expect(await sharp(made).metadata()).toMatchObject({ format: 'webp', width: 256, height: 256 })
  })

  it('carries nothing of what the camera wrote, and stands upright', async () => {
    const half = { create: { width: 300, height: 300, channels: 3, background: 'red' } } as const
    const photo = await sharp(half)
      .composite([
        { input: { create: { ...half.create, height: 150, background: 'blue' } }, gravity: 'north' },
      ])
      .withExif({ IFD0: { Copyright: 'Ada’s garden', Orientation: '3' } })
      .withMetadata({ orientation: 3 })
      .jpeg()
      .toBuffer()
    expect((await sharp(photo).metadata()).exif?.toString('latin1')).toContain('garden')
    const made = await maker.make(photo)
    const metadata = await sharp(made).metadata()
    expect(metadata.exif ?? metadata.icc ?? metadata.xmp ?? metadata.iptc).toBeUndefined()
    expect(Buffer.from(made).toString('latin1')).not.toContain('garden')
    const { data, info } = await sharp(made).raw().toBuffer({ resolveWithObject: true })
    const [red = 0, , blue = 0] = data.subarray(128 * info.channels)
    expect(red).toBeGreaterThan(blue)
  })

  it.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['a text', () => Buffer.from('not a picture at all')],
    ['nothing', () => new Uint8Array()],
    [
      'an SVG',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    ],
    [
      'a PNG that breaks off',
      async () => (await sharp(wide).png({ compressionLevel: 0 }).toBuffer()).subarray(0, 9_000),
    ],
    ['a TIFF', () => sharp(wide).tiff().toBuffer()],
  ])('is not made of %s', async (_, image) => {
    await expect(maker.make(await image())).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'avatar', code: 'malformed' }],
    })
  })

  it('is not made of a small file that claims to be enormous, nor of a large file', async () => {
    const bomb = await sharp({ create: { ...wide.create, width: 12_000, height: 12_000 } })
      .png()
      .toBuffer()
    expect(bomb.length).toBeLessThan(maxAvatarBytes)
    await expect(maker.make(bomb)).rejects.toMatchObject({ code: 'invalid' })
    await expect(maker.make(new Uint8Array(maxAvatarBytes + 1))).rejects.toMatchObject({
      fields: [{ field: 'avatar', code: 'too_long' }],
    })
  })
})
