/** Latencies by the million, to within 2 %. */

const smallestMs = 0.01
const step = Math.log(1.02)

export class Histogram {
  #buckets = new Uint32Array(1_200)
  #count = 0

  add(ms) {
    const bucket = ms <= smallestMs ? 0 : Math.ceil(Math.log(ms / smallestMs) / step)
    this.#buckets[Math.min(bucket, this.#buckets.length - 1)]++
    this.#count++
  }

  quantile(share) {
    let left = share * this.#count
    const bucket = this.#buckets.findIndex(count => {
      left -= count
      return left <= 0
    })
    return smallestMs * Math.exp(bucket * step)
  }
}
