/* Lengths and circles on the ellipsoid WGS 84, in metres, between points given as [lon, lat] in degrees. */
(function () {
  "use strict";
  const EQUATOR_M = 6378137, FLATTENING = 1 / 298.257223563;
  const ECCENTRIC = FLATTENING * (2 - FLATTENING);
  const RADIANS = Math.PI / 180;
  const PIECE_DEG = 1;

  /* Metres per degree of longitude and of latitude at a latitude: the radii of curvature across and along the meridian. */
  function scales(lat) {
    const bent = 1 - ECCENTRIC * Math.sin(lat * RADIANS) ** 2;
    const across = EQUATOR_M / Math.sqrt(bent), along = (EQUATOR_M * (1 - ECCENTRIC)) / bent ** 1.5;
    return [across * Math.cos(lat * RADIANS) * RADIANS, along * RADIANS];
  }

  /* The short way between two points of a city or a province: by the radii at its middle, right to 0.01 % up to 100 km. */
  function distance(a, b) {
    const pieces = Math.ceil(Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])) / PIECE_DEG) || 1;
    let sum = 0;
    for (let k = 0; k < pieces; k++) {
      const [east, north] = scales(a[1] + ((b[1] - a[1]) * (k + 0.5)) / pieces);
      sum += Math.hypot((east * (b[0] - a[0])) / pieces, (north * (b[1] - a[1])) / pieces);
    }
    return sum;
  }

  const length = (points) => points.slice(1).reduce((sum, point, k) => sum + distance(points[k], point), 0);

  /* The corners of a circle, closed. */
  function circle([lon, lat], radius, corners = 64) {
    const [east, north] = scales(lat);
    return Array.from({ length: corners + 1 }, (_, k) => {
      const turn = (2 * Math.PI * (k % corners)) / corners;
      return [lon + (radius * Math.sin(turn)) / east, lat + (radius * Math.cos(turn)) / north];
    });
  }

  const spelt = (metres) => (metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(metres < 10000 ? 2 : 1)} km`);

  window.gridlinkGeodesy = { distance, length, circle, spelt };
})();
