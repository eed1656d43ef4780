/* The flow as an anywidget, with the synced trait `view_model`. */

import { createFlowView } from "./view.js";

export default {
  render({ model, el }) {
    const view = createFlowView(el, model.get("view_model"), {});
    const change = () => view.update(model.get("view_model"), { highlightChanges: true });
    model.on("change:view_model", change);
    return () => {
      model.off("change:view_model", change);
      view.destroy();
    };
  },
};
