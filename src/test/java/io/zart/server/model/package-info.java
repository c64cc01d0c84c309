/** Random operations on the real store and on a simple model of it, compared after each. */
package io.zart.server.model;
