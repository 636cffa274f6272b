// What `cargo lab` adds to JupyterLab's page, as an extension written by hand: webpack's container is an object with two functions.

let shared;

(window._JUPYTERLAB ??= {})["concurrency-lab"] = {
  init: scope => { shared = scope; },
  get: async () => {
    const [version] = Object.values(shared["@jupyterlab/notebook"]);
    const { INotebookTracker, NotebookActions } = (await version.get())();
    return () => plugin(INotebookTracker, NotebookActions);
  },
};

const plugin = (INotebookTracker, actions) => ({
  id: "concurrency-lab:page",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_, tracker) => {
    document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
    tracker.widgetAdded.connect((_, panel) => receiveWhatWasKept(panel));
    actions.executionScheduled.connect((_, { cell }) => holdHeight(cell));
    actions.executed.connect((_, { notebook, cell }) => {
      dropProgress(cell.model.outputs);
      releaseHeight(cell);
      save(tracker.find(panel => panel.content === notebook));
    });
  },
});

// A tab that is closed loses nothing that was shown.
const saves = new WeakMap();
function save(panel) {
  clearTimeout(saves.get(panel));
  const now = () => panel.isDisposed || !panel.context.model.dirty || panel.context.save();
  if (panel) saves.set(panel, setTimeout(now, 1000));
}

// Messages for a cell that another page ran name it: see kept.py.
function receiveWhatWasKept(panel) {
  const seen = new Set();
  let count = null;
  panel.sessionContext.iopubMessage.connect((_, { header, metadata, content }) => {
    const cell = metadata.cell && panel.content.widgets.find(cell => cell.model.id === metadata.cell);
    if (!cell || seen.has(header.msg_id)) return;
    seen.add(header.msg_id);
    const { model } = cell;
    if (header.msg_type === "status" && content.execution_state === "busy") {
      model.clearExecution();
      model.executionState = "running";
    } else if (header.msg_type === "status") {
      model.executionCount = count; // and no longer running
    } else if (header.msg_type === "execute_input") {
      count = content.execution_count;
    } else {
      const { transient, ...output } = content;
      model.outputs.add({ ...output, output_type: header.msg_type });
    }
    save(panel);
  });
}

// How far a cell had come says nothing once it has ended. (The lines are those of measure/status.rs.)
function dropProgress(outputs) {
  for (let at = (outputs?.length ?? 0) - 1; at >= 0; at--) {
    const { output_type, text } = outputs.get(at).toJSON();
    const lines = [text].flat().join("").trim().split("\n");
    if (output_type === "stream" && lines.every(line => /, \d+ s so far/.test(line))) outputs.remove(at);
  }
}

// A cell that runs again keeps its height until it shows something new, so that the page does not jump.
function holdHeight(cell) {
  const box = cell.outputArea?.node.parentElement;
  if (box) box.style.minHeight = `${box.offsetHeight}px`;
}

async function releaseHeight(cell) {
  const box = cell.outputArea?.node.parentElement;
  if (!box) return;
  await new Promise(resolve => setTimeout(resolve, 100)); // what came last is drawn
  await Promise.allSettled([...box.querySelectorAll("img")].map(picture => picture.decode()));
  box.style.minHeight = "";
}

// Errors are coloured for a black terminal, a stored chart has a white ground (live ones bring this rule along), and presentation
// mode leaves tables small.
const STYLE = `
[data-jp-theme-light="true"] [data-mime-type*="err"] span[style] { filter: brightness(0.65); }
[data-jp-theme-light="false"] [data-mime-type*="err"] span[style] { filter: brightness(1.8); }
[data-jp-theme-light="false"] img.jp-needs-light-background { filter: invert(0.9) hue-rotate(180deg); }
.jp-mod-presentationMode .jp-RenderedHTMLCommon table { font-size: 0.9em; }
`;
