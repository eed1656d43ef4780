/* The flow as a page of its own: the model stands in it as JSON. */

import { createFlowView } from "./view.js";

const told = JSON.parse(document.getElementById("flow-data").textContent);
createFlowView(document.getElementById("flow"), told, {});
