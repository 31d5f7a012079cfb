import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { emojiTrim } from './pieces/emoji-trim.ts'

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname)

/** The page itself works without a network: every file of it is kept by a service worker, and replaced when asked. */
const offline = VitePWA({
  registerType: 'prompt',
  injectRegister: null,
  manifest: {
    id: '/',
    name: 'y-harbor',
    short_name: 'y-harbor',
    start_url: '/',
    display: 'standalone',
    background_color: '#f6f6f3',
    theme_color: '#0b626b',
    icons: [
      { src: '/icons/192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icons/512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  },
  workbox: {
    globPatterns: ['**/*.{html,js,css,svg,png}'],
    inlineWorkboxRuntime: true,
    navigateFallback: '/index.html',
    // Pages only: what the server answers under other paths is never the page.
    navigateFallbackAllowlist: [/^\/$/, /^\/[rnb]\//],
    cleanupOutdatedCaches: true,
  },
})

export default defineConfig({
  root: here('.'),
  plugins: [react(), emojiTrim(), offline],
  resolve: { alias: { 'react-remove-scroll': here('./ui/scroll-lock.tsx') } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The page is served under `default-src 'self'`, which allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // In kilobytes before compression. What a channel needs is bounded by the story of the long channel.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What the page cannot begin without is one file: each is asked of the service worker before anything is seen.
        codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] },
      },
    },
  },
})
