"use strict";
// A form that goes on by itself where a part of something long was just done.
document.querySelector("form[data-go-on]")?.requestSubmit();
