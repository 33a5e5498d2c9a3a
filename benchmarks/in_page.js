// Runs in the measured page before anything of its own: moments are taken here, so that the driver's messages cost nothing.
(() => {
  /** Resolves with performance.now() after the frame in which `holds()` first was true has been painted. */
  function painted(holds) {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) {
          requestAnimationFrame(look);
          return;
        }
        // A message posted from a frame's callback is handled after that frame's layout and paint.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(null);
      };
      requestAnimationFrame(look);
    });
  }

  const count = (selector) => document.querySelectorAll(selector).length;

  window.turbilBench = {
    /** Milliseconds from the start of the navigation until that many elements are painted. */
    untilPainted: (selector, least) => painted(() => count(selector) >= least),

    /** Arms a watch: from the next click (or change) until an element appears. Ask `result` afterwards. */
    watch(kind, selector) {
      let started = 0;
      window.addEventListener(kind, (event) => (started ||= event.timeStamp), { capture: true, once: true });
      this.result = painted(() => started > 0 && count(selector) > 0).then((at) => at - started);
    },

    /** The same until the address begins with `path`, and on until an element of the new screen is painted. */
    watchAddress(kind, path, selector) {
      let started = 0;
      window.addEventListener(kind, (event) => (started ||= event.timeStamp), { capture: true, once: true });
      const arrived = painted(() => started > 0 && location.pathname.startsWith(path)).then((at) => at - started);
      const shown = painted(() => location.pathname.startsWith(path) && count(selector) > 0).then((at) => at - started);
      this.result = Promise.all([arrived, shown]);
    },

    /** From the next change of a field until the first element of the list is another one. */
    watchList(selector, attribute) {
      const first = () => document.querySelector(selector)?.getAttribute(attribute) ?? null;
      const before = first();
      let started = 0;
      window.addEventListener("change", (event) => (started ||= event.timeStamp), { capture: true, once: true });
      this.result = painted(() => started > 0 && first() !== null && first() !== before).then((at) => at - started);
    },

    /** Collects the lengths of frames until `stop` is called, which answers them. */
    frames() {
      const lengths = [];
      let last = performance.now();
      let going = true;
      const frame = (now) => {
        lengths.push(now - last);
        last = now;
        if (going) requestAnimationFrame(frame);
      };
      requestAnimationFrame((now) => {
        last = now;
        requestAnimationFrame(frame);
      });
      this.stop = () => {
        going = false;
        return lengths;
      };
    },
  };
})();
