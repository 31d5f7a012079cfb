#!/usr/bin/env node
import { existsSync } from 'node:fs'

const main = new URL('../dist/cli/main.js', import.meta.url)
if (!existsSync(main)) {
  console.error('y-harbor is not built yet: run `npm run build` in its folder, then try again.')
  process.exit(1)
}
await import(main.href)
