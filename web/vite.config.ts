import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The pages: one bundle of static files, served by the same process as the API. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, reportCompressedSize: true },
  // `vite web`: the pages from source, the API from a running server
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:4319' } },
})
