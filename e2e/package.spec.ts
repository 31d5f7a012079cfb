/** The client as it would be published, in an app of somebody else: installed from its tarball, built with Vite. */

import type { BrowserContext, Page } from '@playwright/test'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { type PreviewServer, preview } from 'vite'
import { OutsideProject } from './support/outside.ts'
import type { ServerProcess } from './support/server.ts'
import { expect, test } from './support/test.ts'

let project: OutsideProject
let pages: PreviewServer
let origin: string

/** What a new app has; the examples are all that is written in it. */
const app = {
  'index.html': '<div id="root"></div><script type="module" src="/main.tsx"></script>',
  'main.tsx': `
    import { StrictMode } from 'react'
    import { createRoot } from 'react-dom/client'
    import { App } from './app.tsx'

    createRoot(document.getElementById('root')!).render(<StrictMode><App /></StrictMode>)
  `,
  'vite.config.ts': `
    import react from '@vitejs/plugin-react'
    import { defineConfig } from 'vite'

    export default defineConfig({
      plugins: [react()],
      build: { rollupOptions: { input: ['index.html', 'codemirror/index.html'] } },
    })
  `,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2023',
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      types: [],
      jsx: 'react-jsx',
      module: 'ESNext',
      moduleResolution: 'Bundler',
      strict: true,
      allowImportingTsExtensions: true,
      noEmit: true,
    },
    files: ['main.tsx', 'codemirror/main.ts'],
  }),
}

test.beforeAll(async () => {
  test.setTimeout(240_000)
  project = await OutsideProject.install(
    '@y-harbor/client',
    '@codemirror/view',
    '@types/react',
    '@types/react-dom',
    '@vitejs/plugin-react',
    'codemirror',
    'lib0',
    'react',
    'react-dom',
    'typescript',
    'vite',
    'y-codemirror.next',
    'yjs',
  )
  for (const [path, text] of Object.entries(app)) await project.write(path, text)
  await project.copyExample('react/app.tsx', 'app.tsx')
  await project.copyExample('codemirror')
  await project.run('vite', 'build')
  pages = await preview({
    root: project.directory,
    configFile: false,
    logLevel: 'silent',
    preview: { host: '127.0.0.1', port: 0 },
  })
  origin = pages.resolvedUrls?.local[0] ?? ''
})

test.afterAll(async () => {
  await pages?.close()
  await project?.dispose()
})

async function open(context: BrowserContext, path: string, server: ServerProcess, name: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${origin}${path}?${new URLSearchParams({ server: server.origin, name })}`)
  await expect(page.getByRole('status')).toHaveText('saved')
  return page
}

test('the package is ESM with types that hold, and has nothing in it that a user does not need', async () => {
  const pkgDir = project.at('node_modules/@y-harbor/client')
  const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true })
  expect(messages.map(message => formatMessage(message, pkg))).toEqual([])
  expect(pkg.type).toBe('module')
  const files = await project.filesOf('@y-harbor/client')
  const ours = /^([A-Z]+(\.md)?|package\.json|dist\/(client|protocol)\/.*\.(js|js\.map|d\.ts))$/
  expect(files.filter(path => !ours.test(path) || /\btest\b/.test(path))).toEqual([])
  await project.run('tsc', '-p', '.')
  await project.run('tsc', '-p', '.', '--module', 'NodeNext', '--moduleResolution', 'NodeNext')
})

test('React: two people count and write at once, and go on after the server was killed', async ({
  server,
  browserOf,
}) => {
  const ada = await open(await browserOf(), '', server, 'Ada')
  const lin = await open(await browserOf(), '', server, 'Lin')
  const text = (page: Page) => page.getByRole('textbox', { name: 'Text' })
  const both = async (look: (page: Page) => Promise<void>) => void (await Promise.all([ada, lin].map(look)))
  const show = (clicks: number, words: string) =>
    both(async page => {
      await expect(page.getByRole('button')).toHaveText(`${clicks} clicks`)
      await expect(text(page)).toHaveValue(words)
    })
  const here = (page: Page) => page.getByText('Here:')
  await expect(here(ada)).toHaveText('Here: Ada, Lin')
  await expect(here(lin)).toHaveText('Here: Lin, Ada')

  await ada.getByRole('button').click()
  await text(ada).fill('Hello')
  await show(1, 'Hello')
  await lin.getByRole('button').click()
  await text(lin).press('ControlOrMeta+End')
  await text(ada).press('ControlOrMeta+Home')
  await Promise.all([text(ada).pressSequentially('Dear Lin: 😀 '), text(lin).pressSequentially(' and good morning')])
  await show(2, 'Dear Lin: 😀 Hello and good morning')
  await both(page => expect(page.getByRole('status')).toHaveText('saved'))

  await server.kill()
  await both(page => expect(page.getByRole('status')).toHaveText('offline'))
  await both(page => page.getByRole('button').click())
  await text(ada).pressSequentially('(offline) ')
  await text(lin).pressSequentially(', without a network')
  await expect(ada.getByRole('status')).toHaveText(/^offline, \d+ edits are only on this device$/)
  await ada.reload()
  await expect(text(ada)).toHaveValue('Dear Lin: 😀 (offline) Hello and good morning')
  await expect(ada.getByRole('status')).toHaveText(/^offline, \d+ edits are only on this device$/)
  await server.start()
  await both(page => expect(page.getByRole('status')).toHaveText('saved'))
  await show(4, 'Dear Lin: 😀 (offline) Hello and good morning, without a network')

  await text(lin).press('!')
  await ada.getByRole('button').click()
  await show(5, 'Dear Lin: 😀 (offline) Hello and good morning, without a network!')
  await lin.close()
  await expect(here(ada)).toHaveText('Here: Ada')
  const newcomer = await open(await browserOf(), '', server, 'Kim')
  await expect(text(newcomer)).toHaveValue('Dear Lin: 😀 (offline) Hello and good morning, without a network!')
})

test('CodeMirror: two people write in one document, and each takes back their own', async ({ server, browserOf }) => {
  const ada = await open(await browserOf(), 'codemirror/', server, 'Ada')
  const lin = await open(await browserOf(), 'codemirror/', server, 'Lin')
  const editor = (page: Page) => page.getByRole('textbox')
  await editor(ada).pressSequentially('from Ada')
  await expect(editor(lin)).toContainText('from Ada')
  await expect(lin.locator('.cm-ySelectionInfo')).toHaveText('Ada')
  await editor(lin).press('ControlOrMeta+Home')
  await editor(lin).pressSequentially('from Lin and ')
  await expect(editor(ada)).toContainText('from Lin and ')
  await expect(ada.locator('.cm-ySelectionInfo')).toHaveText('Lin')
  await editor(ada).press('ControlOrMeta+z')
  for (const page of [ada, lin]) {
    await expect(editor(page)).not.toContainText('from Ada')
    await expect(editor(page)).toContainText('from Lin and ')
  }
})
