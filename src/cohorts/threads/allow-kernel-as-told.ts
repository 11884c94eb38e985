import { allowKernel } from '../search/kernels/compiled-kernel.ts'

/** `AFTERGREEN_WASM=off`: scans of this thread take the plain loops. */
export function allowKernelAsTold(): void {
  if (process.env['AFTERGREEN_WASM'] === 'off') allowKernel(false)
}
