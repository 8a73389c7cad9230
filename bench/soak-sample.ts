/** What a process tells of itself at one moment. */
export interface Sample {
  readonly atMs: number
  readonly residentMb: number
  readonly heapMb: number
  /** Open sockets, servers and pipes. */
  readonly handles: number
}

export async function takeSample(address: string): Promise<Sample> {
  const text = await (await fetch(`${address}/metrics`)).text()
  const read = (name: string) => {
    const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]
    if (found === undefined) throw new Error(`/metrics has no ${name}.`)
    return Number(found)
  }
  return {
    atMs: performance.now(),
    residentMb: read('process_resident_memory_bytes') / 2 ** 20,
    heapMb: read('nodejs_heap_size_used_bytes') / 2 ** 20,
    handles: read('nodejs_active_handles_total'),
  }
}
