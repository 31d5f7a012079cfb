import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { emojiTrim } from './pieces/emoji-trim.ts'

export default defineConfig({
  root: decodeURIComponent(new URL('.', import.meta.url).pathname),
  plugins: [react(), emojiTrim()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The page is served under `default-src 'self'`, which allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
})
