// Plain JavaScript, so that a Node too old to run the rest can still say so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Parley needs Node 22.18 or newer, and this is ${process.versions.node}. Start it with npm start, which brings its own: if that fails too, run npm ci again and allow its install scripts.\n`,
  )
  process.exit(1)
}
await import('./main.ts')
