// The tasks of the console, one file each. A task says what it needs and how its answer is drawn; the page does the rest.

import { backtest } from "./backtest.js";
import { changes } from "./changes.js";
import { decompose } from "./decompose.js";
import { detect } from "./detect.js";
import { forecast } from "./forecast.js";
import { judge } from "./judge.js";
import { profile } from "./profile.js";

export const TASKS = [forecast, detect, backtest, judge, decompose, profile, changes];

export const taskOf = (id) => TASKS.find((task) => task.id === id);
