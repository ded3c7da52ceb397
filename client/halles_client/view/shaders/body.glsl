// How a body bends: idle, walking, gestures, sitting. The middle and near meshes and the atlas of impostors share it.
in vec4 p3d_Vertex;
in vec3 p3d_Normal;
in vec4 rig;       // limb 0-5, bend at hip or shoulder (torso: how far the hem flares), at knee or elbow, mask of heads
in vec4 paint;     // colour slot, occlusion

// Angles of one arm: shoulder forward, shoulder outward, elbow forward, elbow outward.
vec4 arm(float side, float gesture, float time, float swing, float walk) {
    vec4 hanging = vec4(-side * swing * 0.85, 0.04, 0.14 + 0.34 * walk, 0.0);
    if (gesture == 1.0 && side > 0.0) return vec4(0.15, 2.05, 0.0, 0.75 + 0.42 * sin(time * 7.0));
    if (gesture == 2.0) return vec4(0.55, -0.05, 1.30, -(0.92 + 0.20 * sin(time * 11.0)));
    if (gesture == 3.0) {
        float beat = sin(time * 2.3 + side) * sin(time * 1.1);
        return side > 0.0 ? vec4(0.30, 0.06, 1.25 + 0.28 * beat, 0.10 + 0.22 * beat)
                          : vec4(0.10, 0.02, 0.60 + 0.25 * beat, -0.15);
    }
    if (gesture == 4.0) return vec4(0.36, 0.04, 0.78, -0.52);
    if (gesture == 5.0 && side > 0.0) return vec4(2.92, 0.0, 0.12, -0.05);
    return hanging;
}

void pose(Person who, inout vec3 p, inout vec3 n) {
    float gesture = floor(who.motion.z), seed = fract(who.motion.z), weight = who.motion.w;
    float walk = who.motion.y, time = u_frame.x + seed * 40.0;
    float stride = sin(who.motion.x) * 0.46 * walk;
    float seated = gesture == 4.0 ? weight : 0.0;
    int limb = int(rig.x + 0.5);
    float side = (limb == 3 || limb == 5) ? 1.0 : -1.0;
    if (limb == 0) {
        p.y *= 1.0 + rig.y * 0.6 * abs(stride);
        p.z += rig.y * 0.06 * seated;
    }
    if (limb == 2 || limb == 3) {
        float hip = mix(side * stride, 1.52, seated);
        float lift = max(0.0, side * cos(who.motion.x));
        float knee = mix(-walk * (0.10 + 0.85 * lift), -1.46, seated);
        vec3 knee_at = vec3(side * 0.095, 0.0, 0.48), hip_at = vec3(side * 0.088, 0.0, 0.90);
        p = knee_at + turn_x(p - knee_at, knee * rig.z);
        n = turn_x(n, knee * rig.z);
        p = hip_at + turn_x(p - hip_at, hip * rig.y);
        n = turn_x(n, hip * rig.y);
    }
    if (limb >= 4) {
        vec4 a = mix(arm(side, 0.0, time, stride, walk), arm(side, gesture, time, stride, walk), weight);
        vec3 elbow = vec3(side * 0.235, -0.008, 1.035), shoulder = vec3(side * 0.185, 0.0, 1.305);
        p = elbow + turn_x(turn_y(p - elbow, side * a.w * rig.z), a.z * rig.z);
        n = turn_x(turn_y(n, side * a.w * rig.z), a.z * rig.z);
        p = shoulder + turn_x(turn_y(p - shoulder, side * a.y * rig.y), a.x * rig.y);
        n = turn_x(turn_y(n, side * a.y * rig.y), a.x * rig.y);
    }
    float sway = u_frame.y * (1.0 - min(walk, 1.0));
    if (limb == 1) {
        float look = sway * 0.16 * sin(time * 0.37) * sin(time * 0.23 + 2.0);
        float nod = gesture == 3.0 ? 0.05 * sin(time * 2.9) * weight : 0.0;
        vec3 neck = vec3(0.0, 0.0, 1.44);
        p = neck + turn_z(turn_x(p - neck, nod), look);
        n = turn_z(turn_x(n, nod), look);
    }
    float above = clamp((p.z - 0.85) * 1.5, 0.0, 1.0);
    if (limb != 2 && limb != 3) {
        p.x += sway * 0.008 * above * sin(time * 0.83);
        p.y += above * (0.045 * walk * walk + sway * 0.005 * sin(time * 1.27));
    }
    p.z -= 0.88 * (1.0 - cos(stride)) + 0.37 * seated;
    p = turn_z(p, who.at.w) + who.at.xyz;
    n = turn_z(n, who.at.w);
}

bool worn(Person who) {
    int head = int(who.look.w + 0.5) / 32;
    return ((int(rig.w + 0.5) >> head) & 1) == 1;
}

// Light on a body: dimmer from below, a soft lamp from over the left shoulder of the room.
float shade(vec3 n) {
    float lamp = 0.5 + 0.5 * dot(n, normalize(vec3(0.36, -0.30, 0.62)));
    return paint.y * (0.48 + 0.26 * n.z + 0.62 * lamp * lamp);
}
