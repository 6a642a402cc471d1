/* SPDX-License-Identifier: Apache-2.0
 * The note is data for whoever reads the shared object; it has no interface. */
