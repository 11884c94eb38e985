/** Memory that the frames of all segments may take together, so that what was just written need not be read again. */
export class FrameMemory {
  used = 0
  readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  /** Whether there is room for so many bytes more, which are then taken. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.limit) return false
    this.used += bytes
    return true
  }

  give(bytes: number): void {
    this.used -= bytes
  }
}
