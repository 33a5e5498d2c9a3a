/** The time of day as state: it ticks every half minute, so that "9 tim 10 min kvar" stays true. */
class Clock {
  now: Date = $state.raw(new Date());

  constructor() {
    setInterval(() => {
      this.now = new Date();
    }, 30_000);
  }
}

export const clock = new Clock();
