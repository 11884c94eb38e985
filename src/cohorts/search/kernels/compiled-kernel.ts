import { scanKernelBytes } from './scan-kernel-bytes.ts'

/** What kernels/scan/index.ts exports. */
export interface KernelExports {
  memory: { readonly buffer: ArrayBuffer }
  reset(): void
  alloc(bytes: number): number
  setSettings(minimumBad: number, restRatio: number, overall: number, largest: number): void
  setHurdles(score: number, beyondParent: number, condition: number): void
  setClass(k: number, uneven: number, worth: number): void
  setRoot(
    lanes: number,
    s1: number,
    s2: number,
    s3: number,
    s4: number,
    weights: number,
    cost: number,
  ): void
  addLane(
    axis: number,
    isNumber: number,
    size: number,
    codes: number,
    original: number,
    cost: number,
  ): void
  pairsOfRoot(index: number): void
  triplesOf(index: number, code: number): void
  tableOfPair(index: number, other: number): number
}

/** A cell that may pay for its description: see kernels/scan/host.ts. */
export type JudgeCell = (
  axis: number,
  first: number,
  last: number,
  otherAxis: number,
  otherFirst: number,
  otherLast: number,
  cost: number,
  b0: number,
  b1: number,
  c0: number,
  c1: number,
) => void

/** One scan at a time. */
export interface CompiledKernel {
  exports: KernelExports
  judge: JudgeCell
}

/** A part of the global of that name: Node's types have none of it. */
interface WebAssemblyGlobal {
  Module: new (bytes: Uint8Array) => object
  Instance: new (
    module: object,
    imports: { host: { judge: JudgeCell; log: (x: number) => number } },
  ) => { exports: KernelExports }
}

/** Kernels kept for the next scan: a search makes dozens of small ones, and each reserves address space for its memory. */
const mostIdle = 2
const mostIdleBytes = 64 * 2 ** 20

let compiled: object | null | undefined
const idle: CompiledKernel[] = []

let allowed = true

/** Of this thread; `false`: scans take the plain loops from now on. */
export function allowKernel(allow: boolean): void {
  allowed = allow
}

/** Null where the machine cannot run it, or it is not allowed. */
export function takeKernel(judge: JudgeCell): CompiledKernel | null {
  if (!allowed) return null
  const kernel = idle.pop() ?? newKernel(judge)
  if (kernel === null) return null
  kernel.judge = judge
  kernel.exports.reset()
  return kernel
}

/** Nobody uses it any more. */
export function giveKernelBack(kernel: CompiledKernel): void {
  kernel.judge = () => {}
  const { byteLength } = kernel.exports.memory.buffer
  if (idle.length < mostIdle && byteLength <= mostIdleBytes) idle.push(kernel)
}

function newKernel(judge: JudgeCell): CompiledKernel | null {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyGlobal }
  if (WebAssembly === undefined || compiled === null) return null
  try {
    compiled ??= new WebAssembly.Module(Buffer.from(scanKernelBytes, 'base64'))
  } catch {
    // without SIMD, for one
    compiled = null
    return null
  }
  const host = { judge: (...cell: Parameters<JudgeCell>) => kernel.judge(...cell), log: Math.log }
  const { exports } = new WebAssembly.Instance(compiled, { host })
  const kernel: CompiledKernel = { exports, judge }
  return kernel
}
