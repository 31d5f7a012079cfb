/**
 * Finds the Chromium that the browser tests run in. As a program it also installs one where it may, and otherwise says
 * in one sentence what to install and fails: browser tests are never skipped.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from '@playwright/test'

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** By environment variable, then Playwright's own, then the system's. A variable that points nowhere is an error. */
export function findChromium() {
  for (const name of ['Y_HARBOR_CHROMIUM', 'CHROMIUM_PATH']) {
    const path = process.env[name]
    if (path === undefined || path === '') continue
    if (!existsSync(path)) throw new Error(`${name} is ${path}, but there is no such file: correct it or unset it.`)
    return path
  }
  const own = chromium.executablePath()
  if (own !== '' && existsSync(own)) return own
  const folders = (process.env.PATH ?? '').split(delimiter).filter(folder => folder !== '')
  const mac = [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return [...systemNames.flatMap(name => folders.map(folder => join(folder, name))), ...mac].find(existsSync) ?? null
}

function mayInstall() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))
}

function install() {
  const run = (/** @type {string[]} */ ...args) =>
    execFileSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  run('update')
  run('install', '-y', '--no-install-recommends', 'chromium')
}

function main() {
  try {
    if (findChromium() === null && mayInstall()) install()
    if (findChromium() !== null) return
    console.error(
      'The browser tests need Chromium: install it (`npx playwright install --with-deps chromium`, or the package `chromium` of your system) or set Y_HARBOR_CHROMIUM to its path.',
    )
  } catch (error) {
    console.error(`The browser tests have no Chromium: ${error instanceof Error ? error.message : String(error)}`)
  }
  process.exitCode = 1
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main()
