// Plain JavaScript, so that a Node too old to run the rest can still say so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Parley needs Node 22.18 or newer, and this is ${process.versions.node}. Start it with npm start, which brings its own: if that fails too, run npm ci again and allow its install scripts.\n`,
  )
  process.exit(1)
}
// V8 lets the heap grow to four times of what is in use before it collects all of it. By less than a third is enough,
// and is said here because code that was compiled under other flags would not be used.
const { setFlagsFromString } = await import('node:v8')
setFlagsFromString('--heap-growing-percent=30')
// Sources and libraries are read and compiled once, not at every start; where nothing can be written, each time.
const { enableCompileCache } = await import('node:module')
enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/node`)
await import(process.argv[2] === 'prepare' ? './prepare.ts' : './main.ts')
