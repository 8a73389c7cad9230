import { type AvatarMaker, maxAvatarBytes } from '../../core/account.ts'
import { ParleyError } from '../../core/errors.ts'
import { createGate } from '../../core/gate.ts'

const side = 256

/** A phone's largest photograph; a small file can claim far more. */
const maxPixels = 64_000_000

const patienceS = 10

/** What a browser calls JPEG, PNG, GIF and WebP. The library would read a dozen more, SVG among them. */
const beginnings: readonly RegExp[] = [
  /^ffd8ff/,
  /^89504e470d0a1a0a/,
  /^474946383[79]61/,
  /^52494646.{8}57454250/,
]

/** One picture at a time: decoding takes memory by its pixels. */
export function createAvatarMaker(): AvatarMaker {
  const gate = createGate({ atOnce: 1, maxWaiting: 20 })
  return {
    make(image) {
      if (image.length > maxAvatarBytes) return Promise.reject(refusal('too_long'))
      const beginning = Buffer.from(image.subarray(0, 12)).toString('hex')
      if (!beginnings.some(one => one.test(beginning))) return Promise.reject(refusal('malformed'))
      return gate.pass(() => shrink(image))
    },
  }
}

/** Turned as its camera held it; what else the camera wrote is left behind, as the library does unless asked to keep it. */
async function shrink(image: Uint8Array): Promise<Uint8Array> {
  // With the first picture: few processes ever see one.
  const { default: sharp } = await import('sharp')
  try {
    return await sharp(image, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true })
      .timeout({ seconds: patienceS })
      .autoOrient()
      .resize(side, side, { fit: 'cover' })
      .webp({ quality: 82 })
      .toBuffer()
  } catch (cause) {
    throw refusal('malformed', cause)
  }
}

function refusal(code: 'malformed' | 'too_long', cause?: unknown): ParleyError {
  return new ParleyError('invalid', 'This picture cannot be taken.', {
    cause,
    fields: [{ field: 'avatar', code }],
  })
}
