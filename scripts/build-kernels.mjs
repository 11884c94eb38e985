/**
 * Compiles kernels/scan (AssemblyScript) into src/cohorts/search/kernels/scan-kernel-bytes.ts.
 *
 *   node scripts/build-kernels.mjs
 */
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = resolve(import.meta.dirname, '..')
export const scanKernelFile = join(root, 'src/cohorts/search/kernels/scan-kernel-bytes.ts')

/** The text of that file, as the sources are now. */
export async function compileScanKernel() {
  const { default: asc } = await import('assemblyscript/asc')
  /** @type {Uint8Array | undefined} */
  let bytes
  const { error } = await asc.main(
    `kernels/scan/index.ts --outFile scan.wasm --baseDir ${root} --optimizeLevel 3 --shrinkLevel 0
      --noAssert --runtime stub --enable simd --use abort=`.split(/\s+/),
    {
      writeFile: (name, contents) => {
        if (name === 'scan.wasm') bytes = contents
      },
    },
  )
  if (error !== null) throw new Error('kernels/scan does not compile', { cause: error })
  const base64 = Buffer.from(bytes).toString('base64')
  return (
    '/** WebAssembly, compiled from kernels/scan by scripts/build-kernels.mjs. */\n' +
    `export const scanKernelBytes =\n  '${base64}'\n`
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(scanKernelFile, await compileScanKernel())
}
