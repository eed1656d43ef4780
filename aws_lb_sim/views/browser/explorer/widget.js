/* The explorer as an anywidget. */

import { ExplorerView } from "./view.js";

export default {
  render({ model, el }) {
    const view = new ExplorerView(model, el);
    return () => view.destroy();
  },
};
