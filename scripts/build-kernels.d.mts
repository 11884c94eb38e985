export const scanKernelFile: string
/** The text of that file, as the sources are now. */
export function compileScanKernel(): Promise<string>
