/** Memory of a scan: handed out from the bottom up, and given back from a mark on. Nothing is collected. */

let top: usize = 0

/** Aligned to 16 bytes; not cleared. Traps where the memory cannot grow. */
export function alloc(bytes: usize): usize {
  if (top === 0) top = (__heap_base + 15) & ~15
  const at = top
  top = (at + bytes + 15) & ~15
  const have = (<usize>memory.size()) << 16
  if (top > have) {
    const wanted = <i32>((top - have + 0xffff) >> 16)
    // a quarter more than needed: growing is a call to the system
    if (memory.grow(max<i32>(wanted, memory.size() >> 2)) < 0) {
      if (memory.grow(wanted) < 0) unreachable()
    }
  }
  return at
}

/** Everything that is handed out after this can be given back together. */
export function mark(): usize {
  return alloc(0)
}

/** Everything; what the memory holds stays in it. */
export function releaseAll(): void {
  top = 0
}

export function release(to: usize): void {
  top = to
}
