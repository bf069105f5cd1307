// Loads the Plotly that the server gives out, once for the whole window: for the first chart, or before there is one.

function load(address) {
  window.frPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(address, document.querySelector("script[type=module][src]").src.replace(/static\/js\/.*$/, ""));
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      window.frPlotly = undefined; // the next chart tries again: a telephone may have been out of reach
      script.remove();
      reject(new Error(`${script.src} did not load`));
    };
    document.head.append(script);
  });
  return window.frPlotly;
}
