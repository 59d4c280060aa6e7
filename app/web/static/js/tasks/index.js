// The tasks of the console, one file each. A task says what it needs and how its answer is drawn; the page does the rest.

import { detect } from "./detect.js";
import { forecast } from "./forecast.js";

export const TASKS = [forecast, detect];

export const taskOf = (id) => TASKS.find((task) => task.id === id);
